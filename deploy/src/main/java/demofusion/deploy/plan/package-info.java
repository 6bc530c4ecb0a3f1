/** What a render would do, without doing it: {@link demofusion.deploy.plan.PlanReport}. */
@NullMarked
package demofusion.deploy.plan;

import org.jspecify.annotations.NullMarked;
