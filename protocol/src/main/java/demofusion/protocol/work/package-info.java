/**
 * What a worker can be asked to do ({@link demofusion.protocol.work.Work}) and what it answers
 * ({@link demofusion.protocol.work.WorkResult}).
 */
@NullMarked
package demofusion.protocol.work;

import org.jspecify.annotations.NullMarked;
