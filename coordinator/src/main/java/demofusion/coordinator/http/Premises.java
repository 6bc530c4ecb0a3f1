package demofusion.coordinator.http;

import java.util.concurrent.Executor;

/**
 * What a {@link GuestApi} finds here.
 *
 * @param files threads that may wait for a disk
 */
public record Premises(
    Farm farm,
    Bodies bodies,
    JobEvents events,
    OpenStreams streams,
    Executor files,
    HttpLimits limits) {}
