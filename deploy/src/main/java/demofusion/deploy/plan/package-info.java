/**
 * What a render would do, without doing it: {@link demofusion.deploy.plan.PlanReport} here, {@link
 * demofusion.deploy.plan.CapacityPlan} on GPUs that one has or thinks of, or on the one at hand,
 * whose forwards {@link demofusion.deploy.plan.ForwardBench} times.
 */
@NullMarked
package demofusion.deploy.plan;

import org.jspecify.annotations.NullMarked;
