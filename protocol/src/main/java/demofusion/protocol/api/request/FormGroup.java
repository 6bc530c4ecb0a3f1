package demofusion.protocol.api.request;

/** Which fields stand together where people fill them in. */
public enum FormGroup {
  /** What everybody fills in. */
  MAIN(""),
  SAMPLING("Sampling"),
  DEMOFUSION("DemoFusion"),
  /** On the ladder of phases, its windows and their guidance. */
  SWITCHES("Newer switches"),
  DETAIL_AND_FAST("Methods detail, fast and sr"),
  CONDITIONING("SDXL conditioning"),
  START("Starting image"),
  JOB("Job");

  private final String heading;

  FormGroup(String heading) {
    this.heading = heading;
  }

  /** Empty: it needs none. */
  public String heading() {
    return heading;
  }
}
