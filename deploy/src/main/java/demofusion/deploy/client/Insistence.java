package demofusion.deploy.client;

/** Asks until there is an answer, and says what is refused in the program's own words. */
record Insistence(RetryPolicy patience, CoordinatorAddress address) {
  /**
   * @throws demofusion.protocol.DemofusionException what was refused, or UNAVAILABLE
   */
  <T> T on(RetryPolicy.Question<T> question) {
    try {
      return patience.insist(question);
    } catch (RequestRefused e) {
      throw e.problem().refusal(address);
    }
  }
}
