/** {@code haori serve}: starts the server of haori-server and ends it with the process. */
@NullMarked
package io.haori.cli.serve;

import org.jspecify.annotations.NullMarked;
