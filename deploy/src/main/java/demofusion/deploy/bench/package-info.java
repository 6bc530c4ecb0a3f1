/**
 * How fast the parts and the whole are: {@link demofusion.deploy.bench.ForwardBench} for the
 * networks on a device, {@link demofusion.deploy.bench.CoordinatorBench} for the coordinator's work
 * on latents, {@link demofusion.deploy.bench.FarmBench} for one picture on many workers; and
 * whether a coordinator may go on for weeks, {@link demofusion.deploy.bench.SoakBench}.
 */
@NullMarked
package demofusion.deploy.bench;

import org.jspecify.annotations.NullMarked;
