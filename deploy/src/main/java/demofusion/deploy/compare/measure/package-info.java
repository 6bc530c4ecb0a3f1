/**
 * Measures that tell a large picture's faults apart (modes section 10), each a pure function of the
 * picture and of L, the same picture's first phase merely enlarged: {@link
 * demofusion.deploy.compare.measure.Findings} has them all and is read first. {@link
 * demofusion.deploy.compare.measure.Interval} says how much a mean over pictures can be believed.
 */
@NullMarked
package demofusion.deploy.compare.measure;

import org.jspecify.annotations.NullMarked;
