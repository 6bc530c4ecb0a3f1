/**
 * What an autoscaled farm would do with jobs that arrive over time, without running it: {@link
 * demofusion.deploy.plan.autoscale.ScalingSimulation}. Pure: numbers in, numbers out.
 */
@NullMarked
package demofusion.deploy.plan.autoscale;

import org.jspecify.annotations.NullMarked;
