package demofusion.coordinator.job.record;

import java.util.List;

/**
 * What a job's folder holds for people, or held until an object store had it.
 *
 * @param previews numbers of the phases whose pictures are there
 * @param isComplete whether all that a finished job writes is there: if its record says nothing of
 *     that, it is only the record that is missing
 * @param bytes of all files that are here
 */
public record FolderContents(
    List<Integer> previews, boolean hasImage, boolean isComplete, long bytes) {
  static final FolderContents NOTHING = new FolderContents(List.of(), false, false, 0);

  public FolderContents {
    previews = List.copyOf(previews);
  }
}
