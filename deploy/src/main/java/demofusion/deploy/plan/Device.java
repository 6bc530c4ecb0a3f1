package demofusion.deploy.plan;

/** What a plan is carried out on, as far as time goes. */
public interface Device {
  /** For people. */
  String name();

  /** Forwards at once. */
  int lanes();

  /** How long a piece takes while all lanes are busy. */
  double seconds(Piece piece);
}
