"""The application layer: one file per command, used alike by the command line, the nightly run and `tcw.api`.

Each file has four parts, in this order (kpi.py is the one to copy):

1. `KpiRequest`: what is asked for, as values and not as text. `source: SourceRequest` says which files, by
   which settings, in which language, and how people are shown.
2. `run(request, listener, opened)`: checks the request, reads the source, computes, and returns the outcome.
   The nightly run hands over a source that is `opened` already.
3. `KpiOutcome(Outcome)`: what came of it. It overrides a method of `Outcome` for each form it is written in:
   `rows` (CSV, Parquet), `write_json`, `tables` or `write_workbook`, `write_page`, `write_into`, `print_to`.
   It says which notes belong beside it, and its `exit_code`.
4. `write(outcome, targets, …)` is the same for all of them. output.py has it, with the one table from suffix
   or format to writer.

A caller therefore does three things:

    targets.check(KpiOutcome)                    # refuse early what could not be written late
    with run(request, listener) as outcome:      # large results stand in files until they are written
        write(outcome, targets, sys.stdout, listener)

Commands print nothing and know no global language. Notes and progress go to a `Listener` (listener.py), which
the command line connects with the terminal, the nightly run with its log, and `tcw.api` with nothing. Options
are read in `cli/`, and whatever is wrong with a request is raised as a `TcwError`. What every command does
first is in loading.py; where the parts of a large source are computed is in engine.py.
"""
