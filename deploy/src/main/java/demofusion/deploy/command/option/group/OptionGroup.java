package demofusion.deploy.command.option.group;

/** Options that belong together, under one heading of the help. */
public interface OptionGroup {
  String heading();
}
