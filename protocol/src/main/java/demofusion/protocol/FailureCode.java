package demofusion.protocol;

/** Why something failed, in three bands that decide what happens next. */
public enum FailureCode {
  /** The request asks for something that cannot be; refused before anything runs. */
  BAD_REQUEST(Band.USER),
  /** The model folder is incomplete, corrupt or of a kind that is not supported. */
  BAD_MODEL(Band.USER),
  /** There is no such job, or not for the one who asks. */
  NOT_FOUND(Band.USER),
  /** What is there already does not allow it: a job that is over, a key that is taken. */
  CONFLICT(Band.USER),
  /** The farm has as much as it takes at present; the same request may do later. */
  TOO_MUCH(Band.USER),
  /** The user asked to stop. */
  CANCELLED(Band.USER),
  /** The device's memory cannot hold this view batch; another worker's might. */
  OUT_OF_MEMORY(Band.WORKER),
  /** A result held NaN or infinity. */
  NOT_FINITE(Band.WORKER),
  /** The device or the model's code threw. */
  DEVICE_ERROR(Band.WORKER),
  /** The worker was asked to use embeddings or statistics that it was not given. */
  MISSING_ASSET(Band.WORKER),
  /** The worker went away with the batch in hand. */
  WORKER_LOST(Band.WORKER),
  /** A file could not be written or read. */
  STORAGE(Band.INTERNAL),
  /** A file could not be written since the disk has no room; it can be when there is some. */
  DISK_FULL(Band.INTERNAL),
  /** A bug: the job fails with its cause, everything else goes on. */
  INTERNAL(Band.INTERNAL),
  /** A coordinator did not answer, or could not do now what it was asked for. */
  UNAVAILABLE(Band.INTERNAL),
  /** Who asks has used up what the operator allows; it may do in the next period. */
  OVER_BUDGET(Band.USER);

  /** Who can do something about it. */
  public enum Band {
    /** Refused, never retried. */
    USER,
    /** Retried, on another worker where there is one, at most four attempts. */
    WORKER,
    /** The job fails with its cause. */
    INTERNAL
  }

  private final Band band;

  FailureCode(Band band) {
    this.band = band;
  }

  public Band band() {
    return band;
  }
}
