package demofusion.protocol.work;

/** Names an asset within its job. */
public record AssetId(String value) {
  /** No asset. */
  public static final AssetId NONE = new AssetId("");
}
