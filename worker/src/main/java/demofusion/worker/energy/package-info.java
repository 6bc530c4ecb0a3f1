/**
 * What energy batches take, by their card: from its counter of energy, or else from its power over
 * time. Begin reading at {@link demofusion.worker.energy.CardMeter}.
 */
@NullMarked
package demofusion.worker.energy;

import org.jspecify.annotations.NullMarked;
