package demofusion.deploy.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobView;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.util.function.Consumer;

/** Reads a job's events up to the last one; a stream that ends before that is asked for again. */
final class JobWatch {
  private final Transport transport;
  private final RetryPolicy patience;
  private final Consumer<JobEvent> listener;

  JobWatch(Transport transport, RetryPolicy patience, Consumer<JobEvent> listener) {
    this.transport = transport;
    this.patience = patience;
    this.listener = listener;
  }

  /** One stream, to the job's end. */
  JobView once(HttpRequest request) throws RetryableFailure, RequestRefused {
    return transport.ask(request, this::follow);
  }

  private JobView follow(InputStream body) throws IOException {
    ServerSentEvents events = new ServerSentEvents(body);
    for (ServerSentEvents.Event event = events.next(); event != null; event = events.next()) {
      JobEvent happened = read(event.data());
      patience.answered();
      listener.accept(happened);
      if (happened.job().state().isOver()) {
        return happened.job();
      }
    }
    throw new RetryableFailure("the stream of events ended");
  }

  private JobEvent read(String data) {
    try {
      JobEvent event = transport.json().readValue(data, JobEvent.class);
      if (event != null && event.job() != null) {
        return event;
      }
    } catch (JsonProcessingException e) {
      throw JsonBody.notOurs(e);
    }
    throw JsonBody.notOurs(new IOException("an event without a job"));
  }
}
