export const usage = `Runs one job of a GitHub Actions workflow against a container hook, as the real runner does.

  node local-runner.js run <workflow.yml> --hook /path/index.js --repository-dir DIR [options]

  <workflow.yml>          relative to --repository-dir unless absolute
  --job ID                which job, when there are several
  --hook FILE             the container hook (ACTIONS_RUNNER_CONTAINER_HOOKS)
  --repository-dir DIR    what actions/checkout checks out
  --runner-root DIR       folder of the runner, with externals/ (default /home/runner)
  --work DIR              work folder (default <runner-root>/_work)
  --repository OWNER/NAME name of the repository (default octo/demo)
  --actions-dir DIR       holds the actions of other repositories as OWNER/NAME[/PATH]
  --event FILE            payload of the event (JSON)
  --input NAME=VALUE      input of workflow_dispatch; may be repeated
  --var NAME=VALUE        a value of the vars context; may be repeated
  --secrets-file FILE     secrets as JSON: {"NAME": "value"}
  --report FILE           writes what happened as JSON
  --log FILE              writes the log to a file as well
  --hooks-log FILE        writes the input of each hook call, one JSON line each, secrets masked
  --output log|folded     log: every line as the runner writes it (default); folded: groups as one line
  --minute-ms N           how long a minute of timeout-minutes lasts (default 60000)

SIGINT or SIGTERM cancels the job as the server would; a second one ends it at once.
The exit code is 0 when the job succeeds, 1 when it does not, 2 when it could not start.
`
