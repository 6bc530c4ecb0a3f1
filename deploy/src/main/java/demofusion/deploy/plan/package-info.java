/**
 * Estimates what a render would take, without running it: {@link demofusion.deploy.plan.PlanReport}
 * here, {@link demofusion.deploy.plan.CapacityPlan} on any GPUs.
 */
@NullMarked
package demofusion.deploy.plan;

import org.jspecify.annotations.NullMarked;
