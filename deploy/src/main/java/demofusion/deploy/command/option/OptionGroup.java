package demofusion.deploy.command.option;

/** Options that belong together, under one heading of the help. */
public interface OptionGroup {
  String heading();
}
