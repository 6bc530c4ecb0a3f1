/**
 * The stress set: captions that are hard on methods for large pictures, drawn by each of them, and
 * one report of what came of it. {@link demofusion.deploy.compare.stress.Stress} is read first.
 */
@NullMarked
package demofusion.deploy.compare.stress;

import org.jspecify.annotations.NullMarked;
