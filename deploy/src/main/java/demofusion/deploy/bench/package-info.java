/**
 * How fast the parts are: {@link demofusion.deploy.bench.ForwardBench} for the networks on a
 * device, {@link demofusion.deploy.bench.CoordinatorBench} for the coordinator's work on latents.
 */
@NullMarked
package demofusion.deploy.bench;

import org.jspecify.annotations.NullMarked;
