/**
 * What a worker announces of its model ({@link demofusion.protocol.model.ModelCard}, read first):
 * geometry, scheduler configuration, flags.
 */
@NullMarked
package demofusion.protocol.model;

import org.jspecify.annotations.NullMarked;
