package demofusion.deploy.terminal;

/** A command that prints to a terminal, which it is given when it is made. */
public abstract class TerminalCommand {
  @SuppressWarnings("NullAway.Init") // before anything is called
  protected Terminal terminal;

  public final void setTerminal(Terminal terminal) {
    this.terminal = terminal;
  }
}
