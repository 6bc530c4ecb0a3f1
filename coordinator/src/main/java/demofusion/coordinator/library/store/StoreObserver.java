package demofusion.coordinator.library.store;

import demofusion.coordinator.library.LibraryKind;

/** Is told what happens to the store, from any thread. */
public interface StoreObserver {
  /** Nobody looks. */
  StoreObserver NONE =
      new StoreObserver() {
        @Override
        public void holds(LibraryKind kind, int files, long bytes) {}

        @Override
        public void received(long bytes) {}

        @Override
        public void served(long bytes) {}

        @Override
        public void refused() {}
      };

  /** So many files of a kind are there now. */
  void holds(LibraryKind kind, int files, long bytes);

  /** Bytes of an upload have come. */
  void received(long bytes);

  /** Bytes were handed out to a worker or an operator. */
  void served(long bytes);

  /** An upload came whole and was none. */
  void refused();
}
