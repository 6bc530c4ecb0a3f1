package demofusion.coordinator.http.route;

import demofusion.coordinator.http.Operation;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.QueryParameters;
import demofusion.protocol.api.JobList;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.util.List;
import java.util.Locale;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which of the jobs are wanted, in pages of the newest first.
 *
 * @param state null: any
 * @param words all of which the prompt or the id must contain, in lower case
 * @param before the last job of the page before this one; null: from the newest on
 * @param limit jobs of a page; null: all of them
 */
record JobQuery(
    @Nullable JobState state,
    List<String> words,
    @Nullable String before,
    @Nullable Integer limit) {
  static final int LARGEST_PAGE = 1000;
  private static final int LONGEST_SEARCH = 500;

  JobQuery {
    words = List.copyOf(words);
  }

  /** What it may say, in an operation. */
  static Operation describe(Operation operation) {
    return operation
        .query("state", "", "$ref: '#/components/schemas/JobState'")
        .query(
            "q",
            "Words that must all occur in the prompt or the id; case is" + " ignored.",
            "type: 'string', maxLength: " + LONGEST_SEARCH)
        .query(
            "limit",
            "Jobs per page; without it all are listed.",
            "type: 'integer', minimum: 1, maximum: " + LARGEST_PAGE)
        .query("before", "The value of next on the previous page.", "type: 'string'")
        .refuses(400);
  }

  /**
   * @throws ApiException if the request's query makes no sense
   */
  static JobQuery of(HttpRequest request) {
    QueryParameters given = QueryParameters.of(request, "state", "q", "before", "limit");
    return new JobQuery(
        given.text("state").map(JobQuery::state).orElse(null),
        given.text("q").map(JobQuery::words).orElse(List.of()),
        given.text("before").orElse(null),
        given.text("limit").map(JobQuery::limit).orElse(null));
  }

  private static JobState state(String text) {
    for (JobState state : JobState.values()) {
      if (state.toString().equals(text)) {
        return state;
      }
    }
    throw ApiException.badRequest(
        "state \"" + text + "\" must be one of " + List.of(JobState.values()));
  }

  private static List<String> words(String text) {
    if (text.length() > LONGEST_SEARCH) {
      throw ApiException.badRequest(
          "q has " + text.length() + " characters; it must have at most " + LONGEST_SEARCH);
    }
    String plain = text.strip().toLowerCase(Locale.ROOT);
    return plain.isEmpty() ? List.of() : List.of(plain.split("\\s+"));
  }

  private static int limit(String text) {
    if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1) {
      throw ApiException.badRequest("limit \"" + text + "\" must be between 1 and " + LARGEST_PAGE);
    }
    return Math.min(Integer.parseInt(text), LARGEST_PAGE);
  }

  /**
   * @param jobs the newest first
   */
  JobList page(List<JobView> jobs) {
    List<JobView> wanted = older(jobs).stream().filter(this::isWanted).toList();
    if (limit == null || wanted.size() <= limit) {
      return new JobList(wanted);
    }
    return new JobList(wanted.subList(0, limit), wanted.get(limit - 1).id());
  }

  private List<JobView> older(List<JobView> jobs) {
    if (before == null) {
      return jobs;
    }
    for (int n = 0; n < jobs.size(); n++) {
      if (jobs.get(n).id().value().equals(before)) {
        return jobs.subList(n + 1, jobs.size());
      }
    }
    // It was removed meanwhile; ids begin with the time at which they were given.
    return jobs.stream().filter(job -> job.id().value().compareTo(before) < 0).toList();
  }

  private boolean isWanted(JobView job) {
    if (state != null && job.state() != state) {
      return false;
    }
    String text = job.prompt().toLowerCase(Locale.ROOT) + " " + job.id();
    return words.stream().allMatch(text::contains);
  }
}
