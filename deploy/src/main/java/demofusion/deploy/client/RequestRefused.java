package demofusion.deploy.client;

/** The coordinator answered, and will not do it. */
final class RequestRefused extends Exception {
  private static final long serialVersionUID = 1;

  private final transient ServerProblem problem;

  RequestRefused(ServerProblem problem) {
    super("HTTP status " + problem.status());
    this.problem = problem;
  }

  ServerProblem problem() {
    return problem;
  }
}
