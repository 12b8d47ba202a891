@echo off
rem Started by the Task Scheduler (tcw-nightly.xml); its exit code is the "Last Run Result" there.
set PYTHONUTF8=1
set TCW_LANG=sv
"C:\tcw\.venv\Scripts\tcw.exe" run "D:\tcw\export" --out "D:\tcw\results" --if-changed --quiet --log-file "D:\tcw\tcw.log"
exit /b %ERRORLEVEL%
