/**
 * What the pictures of a request that steer an image are made into before workers get them. Read
 * {@link demofusion.coordinator.image.condition.ConditionAssets} first.
 */
@NullMarked
package demofusion.coordinator.image.condition;

import org.jspecify.annotations.NullMarked;
