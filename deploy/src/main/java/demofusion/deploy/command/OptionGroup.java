package demofusion.deploy.command;

/** Options that belong together, under one heading of the help. */
interface OptionGroup {
  String heading();
}
