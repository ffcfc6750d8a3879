#!/usr/bin/env python3
"""Writes completions of the command line for bash, zsh and fish, from what the program's --help says.

  apps/packages/completions.py NIGHTJAR FOLDER

FOLDER gets nightjar (bash), _nightjar (zsh) and nightjar.fish. They know the commands, the flags of each with their
words of explanation where a shell shows these, values that are one of a few, and the catalog's networks; all else is a
file.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

COMMAND = re.compile(r"  ([a-z]+) {2,}(.+)")
# "  -h,--help   words", "  --conv TEXT:{ours,cublas} Excludes: --paper", "  -thresh P   words"
FLAG = re.compile(
    r"  (?P<short>-\w,)?(?P<name>--?[a-z][\w-]*)(?P<value> [A-Z]+(?=[ :]|$))?(:\{(?P<choices>[^}]*)\}|:\S+)?"
    r"( \.\.\.)?( REQUIRED)?(?: (Excludes|Needs):(?: --?[\w-]+)+)* *(?P<summary>.*)"
)


@dataclass
class Flag:
    names: list  # as typed: ["-h", "--help"]
    takes_value: bool
    choices: list
    summary: str


@dataclass
class Command:
    name: str
    summary: str
    flags: list = field(default_factory=list)
    words: list = field(default_factory=list)  # that its first argument is one of


def output(*command):
    environment = {**os.environ, "NIGHTJAR_HOME": "~/.local/share/nightjar"}  # a user's, which help tells as the default
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def read_flags(text):
    flags, lines = [], text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""]):
        found = FLAG.fullmatch(line)
        if not found:
            continue
        short = [found["short"].rstrip(",")] if found["short"] else []
        choices = found["choices"].split(",") if found["choices"] else []
        summary = found["summary"] or following.strip()  # long forms have their words on the next line
        flags.append(Flag([*short, found["name"]], bool(found["value"]), choices, summary))
    return flags


def read_commands(program):
    catalog = [line.split()[0] for line in output(program, "fetch", "--list").splitlines()]
    listed = map(COMMAND.fullmatch, output(program, "--help").splitlines())
    commands = [Command(*found.groups()) for found in listed if found]
    for command in commands:
        text = output(program, command.name, "--help")
        command.flags = read_flags(text)
        command.words = re.findall(rf"nightjar {command.name} ([a-z]\w*) (?:DATA|CFG)\b", text)
        if command.name == "fetch":
            command.words = catalog
        for flag in command.flags:
            if "--model" in flag.names:
                flag.choices = catalog
    return commands


def bash(commands):
    cases = []
    for command in commands:
        names = " ".join(name for flag in command.flags for name in flag.names)
        values = [
            f"        {'|'.join(flag.names)}) words='{' '.join(flag.choices)}' ;;"
            for flag in command.flags
            if flag.choices
        ]
        files = [name for flag in command.flags if flag.takes_value and not flag.choices for name in flag.names]
        values += [f"        {'|'.join(files)}) ;;"] if files else []
        first = f"        {command.name}) words='{' '.join(command.words)}' ;;" if command.words else ""
        cases.append(
            "\n".join(
                filter(
                    None,
                    [
                        f"    {command.name})",
                        '      case "$before" in',
                        *values,
                        first,
                        f"        *) [[ $current != -* ]] || words='{names}' ;;",
                        "      esac ;;",
                    ],
                )
            )
        )
    names = " ".join(["help", *(command.name for command in commands)])
    return f"""# bash completion for nightjar

_nightjar() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD - 1]}}" words=''
  if [[ $COMP_CWORD == 1 ]] || [[ $COMP_CWORD == 2 && $before == help ]]; then
    words='{names}'
  else
    case "${{COMP_WORDS[1]}}" in
{chr(10).join(cases)}
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _nightjar nightjar
"""


def zsh_quoted(text):
    """Inside '...[text]...': brackets and colons divide."""
    return re.sub(r"([\[\]:\\])", r"\\\1", text).replace("'", "'\\''")


def zsh_value(flag):
    if not flag.takes_value:
        return ""
    return f":value:({' '.join(flag.choices)})" if flag.choices else ":value:_files"


def zsh(commands):
    listed = "\n".join(f"    '{command.name}:{zsh_quoted(command.summary)}'" for command in commands)
    cases = []
    for command in commands:
        flags = [
            f"'{name}[{zsh_quoted(flag.summary)}]{zsh_value(flag)}'"
            for flag in command.flags
            for name in flag.names
        ]
        first = [f"'1:what:({' '.join(command.words)})'"] if command.words else []
        arguments = " \\\n        ".join([*flags, *first, "'*:file:_files'"])
        cases.append(f"    {command.name})\n      _arguments \\\n        {arguments} ;;")
    return f"""#compdef nightjar

_nightjar() {{
  local -a commands=(
    'help:explain a command'
{listed}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
    help) _describe command commands ;;
{chr(10).join(cases)}
  esac
}}

_nightjar "$@"
"""


def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_name(name):
    """-h, --help and Darknet's -thresh are short, long and old-style options to fish."""
    kind = "-l" if name.startswith("--") else "-s" if len(name) == 2 else "-o"
    return f"{kind} {name.lstrip('-')}"


def fish(commands):
    lines = ["# fish completion for nightjar", ""]
    for command in [Command("help", "explain a command"), *commands]:
        lines.append(f"complete -c nightjar -n __fish_use_subcommand -f -a {command.name} -d {fish_quoted(command.summary)}")
    names = " ".join(command.name for command in commands)
    lines.append(f"complete -c nightjar -n '__fish_seen_subcommand_from help' -f -a {fish_quoted(names)}")
    for command in commands:
        where = f"complete -c nightjar -n '__fish_seen_subcommand_from {command.name}'"
        if command.words:
            lines.append(f"{where} -a {fish_quoted(' '.join(command.words))}")
        for flag in command.flags:
            value = (" -x -a " + fish_quoted(" ".join(flag.choices)) if flag.choices else " -r") if flag.takes_value else ""
            lines.append(f"{where} {' '.join(map(fish_name, flag.names))}{value} -d {fish_quoted(flag.summary)}")
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit("completions.py: usage: completions.py NIGHTJAR FOLDER")
    commands = read_commands(sys.argv[1])
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, shell in {"nightjar": bash, "_nightjar": zsh, "nightjar.fish": fish}.items():
        (folder / name).write_text(shell(commands))


if __name__ == "__main__":
    main()
