@NullMarked
package demofusion.coordinator.budget;

import org.jspecify.annotations.NullMarked;
