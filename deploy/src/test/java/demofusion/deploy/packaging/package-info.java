/**
 * What operators install: units, images, manifests and packages say only what the program knows,
 * and the packages run.
 */
@NullMarked
package demofusion.deploy.packaging;

import org.jspecify.annotations.NullMarked;
