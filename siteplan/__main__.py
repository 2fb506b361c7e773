"""`python -m siteplan` is the command line."""

from siteplan.cli import main

main()
