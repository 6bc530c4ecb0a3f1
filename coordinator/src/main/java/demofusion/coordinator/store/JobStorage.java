package demofusion.coordinator.store;

import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.storage.Slab;
import demofusion.coordinator.diffusion.storage.Storage;
import java.util.HashMap;
import java.util.Map;

/**
 * A render's room in its job's folder: large slabs in scratch files, one for each name, which are
 * gone when it is closed; finished phases in the files that the job keeps.
 */
final class JobStorage implements Storage, AutoCloseable {
  private final JobFolder folder;
  private final Map<String, ScratchFile> files = new HashMap<>();
  private boolean isClosed;

  JobStorage(JobFolder folder) {
    this.folder = folder;
  }

  @Override
  public synchronized Slab slab(String name, int length) {
    if (isClosed) {
      throw new IllegalStateException("the job's folder is closed");
    }
    if (length < LARGE) {
      return HeapStorage.slab(length);
    }
    ScratchFile file = files.computeIfAbsent(name, key -> ScratchFile.create(folder.scratch(key)));
    return new FileSlab(file, length);
  }

  @Override
  public Samples phaseLatent(int number) {
    return folder.readPhase(number);
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    files.values().forEach(ScratchFile::close);
    files.clear();
  }

  private record FileSlab(ScratchFile file, int length) implements Slab {
    @Override
    public int[] shape() {
      return new int[] {length};
    }

    @Override
    public void read(int from, float[] into, int at, int count) {
      file.read(from, into, at, count);
    }

    @Override
    public void write(int from, float[] values, int at, int count) {
      file.write(from, values, at, count);
    }
  }
}
