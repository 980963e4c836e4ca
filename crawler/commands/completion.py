"""`spacereel completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

#: the variable by which a shell asks; click derives it from the name of the command
_ASKED_BY = "_SPACEREEL_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands and options.

    \b
    Examples:
      spacereel completion bash > ~/.local/share/bash-completion/completions/spacereel
      spacereel completion zsh > ~/.zfunc/_spacereel
      spacereel completion fish > ~/.config/fish/completions/spacereel.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(ctx.find_root().command, {}, "spacereel", _ASKED_BY).source()
    # click's script for fish takes every comma for the end of a help text
    click.echo(script.replace('string split ","', 'string split -m 1 ","'))
