package demofusion.deploy.client;

/** The coordinator answered, and will not do it. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  Refused(Problem problem) {
    super("HTTP status " + problem.status());
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
