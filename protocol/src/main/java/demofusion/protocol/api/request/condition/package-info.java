/**
 * What steers an image beside its words: ControlNets, reference pictures (IP-Adapter) and masks to
 * draw anew (conditioning sections 2, 4 and 5). Read {@link
 * demofusion.protocol.api.request.condition.ConditionSettings} first.
 */
@NullMarked
package demofusion.protocol.api.request.condition;

import org.jspecify.annotations.NullMarked;
