/**
 * Who may take part in a farm: certificates of its own authority, or a secret that all nodes share.
 *
 * <p>Read {@link demofusion.deploy.security.TlsFiles} first, what a node is started with; {@link
 * demofusion.deploy.security.CertificateFolder} creates such files. {@link
 * demofusion.deploy.security.SharedSecret} needs none.
 */
@NullMarked
package demofusion.deploy.security;

import org.jspecify.annotations.NullMarked;
