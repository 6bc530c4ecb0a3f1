package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Range;

/**
 * A LoRA that a picture is drawn with, and how strongly. What is not resolved yet is known by its
 * name alone; work has it by the hash of its file.
 *
 * @param name as people call it: the file's name without its ending
 * @param hash SHA-256 of the file, hexadecimal; empty while the file was not looked up
 * @param weight what the UNet's changes are multiplied with
 * @param textWeight what the text towers' changes are multiplied with
 * @param shortHash as A1111 writes it into pictures, 12 digits; empty as the hash is
 */
public record LoraUse(
    String name, String hash, double weight, double textWeight, String shortHash) {
  public static final Range WEIGHT = new Range("the weight of a LoRA", -100, 100);
  public static final int LONGEST_NAME = 200;

  public LoraUse {
    FileHashes.requireName("a LoRA", name, LONGEST_NAME);
    FileHashes.requireHash("LoRA " + name, hash);
    WEIGHT.require(weight);
    WEIGHT.require(textWeight);
    if (shortHash.length() > FileHashes.SHORT) {
      throw DemofusionException.badRequest(
          "the short hash of LoRA %s has %s digits; it must have at most %s"
              .formatted(name, shortHash.length(), FileHashes.SHORT));
    }
  }

  /** With the first digits of the file's hash as its short one. */
  public LoraUse(String name, String hash, double weight, double textWeight) {
    this(name, hash, weight, textWeight, FileHashes.shortened(hash));
  }

  /** One that is still to be looked up. */
  public static LoraUse named(String name, double weight, double textWeight) {
    return new LoraUse(name, "", weight, textWeight);
  }

  public boolean isResolved() {
    return !hash.isEmpty();
  }

  /** Nothing is changed by it. */
  public boolean isIdle() {
    return weight == 0 && textWeight == 0;
  }
}
