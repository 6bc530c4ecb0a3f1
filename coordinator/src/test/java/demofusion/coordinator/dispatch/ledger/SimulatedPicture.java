package demofusion.coordinator.dispatch.ledger;

import java.util.List;

/** A picture as the simulated coordinator sees it: timesteps of batches. */
interface SimulatedPicture {
  /** The batches of the next timestep; empty at the end. */
  List<BatchTerms> openTimestep();

  /** What a worker is asked for. */
  Object work(int batch);

  /** An answer that counts. */
  void accept(int batch, Object answer);

  /** Whether every batch of the timestep is answered; it is then closed. */
  boolean closeIfComplete();

  /** Goes on from the last checkpoint, as a coordinator does that was started again. */
  void restart();

  /** Only how many batches each timestep has. */
  static SimulatedPicture counting(List<List<BatchTerms>> timesteps) {
    return counting(timesteps, "");
  }

  /**
   * The same.
   *
   * @param work what workers are asked for
   */
  static SimulatedPicture counting(List<List<BatchTerms>> timesteps, Object work) {
    return new SimulatedPicture() {
      private int timestep;
      private int answered;

      @Override
      public List<BatchTerms> openTimestep() {
        answered = 0;
        return timestep < timesteps.size() ? timesteps.get(timestep) : List.of();
      }

      @Override
      public Object work(int batch) {
        return work;
      }

      @Override
      public void accept(int batch, Object answer) {
        answered++;
      }

      @Override
      public boolean closeIfComplete() {
        if (answered < timesteps.get(timestep).size()) {
          return false;
        }
        timestep++;
        return true;
      }

      @Override
      public void restart() {
        answered = 0;
      }
    };
  }
}
