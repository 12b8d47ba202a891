"""The application layer: one file per command, used alike by the command line, the nightly run and `tcw.api`.

Each file has four parts, in this order (kpi.py is the one to copy):

1. `KpiRequest`: what is asked for, as values and not as text; `source: SourceRequest` says which files, by
which
   settings, in which language, and how people are shown.
2. `run(request, listener, opened)`: checks the request, reads the source (unless it is handed over as
`opened`,
   as the nightly run does), computes, and returns the outcome.
3. `KpiOutcome(Outcome)`: what came of it. It says how it is written by overriding a method of `Outcome` for
each
   form it has: `rows` (CSV, Parquet), `write_json`, `tables` or `write_workbook`, `write_page`, `write_into`,
   `print_to`; which notes belong beside it; and its `exit_code`.
4. `write(outcome, targets, …)` is the same for all of them: see output.py, which has the one table from
suffix or
   format to writer. A new output format is added there and nowhere else.

A caller therefore does three things:

    targets.check(KpiOutcome)                       # refuse before a long run what could not be written after
    it with run(request, listener) as outcome:         # `with`: large results stand in files until they are
    written
        write(outcome, targets, sys.stdout, listener)

Commands print nothing and know no global language: notes and progress go to a `Listener` (listener.py), which
the command line connects with the terminal, the nightly run with its log, and `tcw.api` with nothing. Options
are read in `cli/`, and whatever is wrong with a request is raised as a `TcwError`. What every command does
first is in loading.py; where the parts of a large source are computed is in engine.py.
"""
