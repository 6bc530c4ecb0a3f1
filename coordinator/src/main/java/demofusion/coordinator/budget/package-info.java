/**
 * Budgets: what people may use of the farm, and what becomes of jobs that theirs has no room for.
 * Read {@link demofusion.coordinator.budget.Budgets} first. What was used is the business of {@link
 * demofusion.coordinator.usage}.
 */
@NullMarked
package demofusion.coordinator.budget;

import org.jspecify.annotations.NullMarked;
