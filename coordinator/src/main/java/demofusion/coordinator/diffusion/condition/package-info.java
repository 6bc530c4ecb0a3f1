/**
 * What the forwards of a render are told beside their texts: which ControlNets and IP-Adapters
 * count in which phase and step, how strongly, and which part of its picture each view is shown
 * (conditioning sections 2 and 4). Pure functions of the request. Read {@link
 * demofusion.coordinator.diffusion.condition.Conditions} first.
 */
@NullMarked
package demofusion.coordinator.diffusion.condition;

import org.jspecify.annotations.NullMarked;
