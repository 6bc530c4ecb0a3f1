/**
 * One machine as a whole farm: {@link demofusion.deploy.node.SingleNode} (read first) puts the
 * coordinator's actors and a worker with a model into one process.
 */
@NullMarked
package demofusion.deploy.node;

import org.jspecify.annotations.NullMarked;
