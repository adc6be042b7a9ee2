"""`python -m vtr`: the one command."""

from vtr.cli import main

if __name__ == "__main__":
    main()
