/**
 * What a node tells the operating system of its sockets beyond what Java has words for: {@link
 * demofusion.deploy.node.socket.ListenQueue}.
 */
@NullMarked
package demofusion.deploy.node.socket;

import org.jspecify.annotations.NullMarked;
