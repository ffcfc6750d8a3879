"""python -m nightjar_darknet ARGUMENTS...: the nightjar program."""

from .program import main

main()
