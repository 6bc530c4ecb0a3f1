/**
 * What {@code demofusion bench} measures, in a jar that only that command has on its class path:
 * {@link demofusion.deploy.bench.CoordinatorBench} the coordinator's work on latents, {@link
 * demofusion.deploy.bench.FarmBench} one picture on many workers, {@link
 * demofusion.deploy.bench.PlanBench} a plan beside its picture; and whether a coordinator may go on
 * for weeks, {@link demofusion.deploy.bench.SoakBench}.
 */
@NullMarked
package demofusion.deploy.bench;

import org.jspecify.annotations.NullMarked;
