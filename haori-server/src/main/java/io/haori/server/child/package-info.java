/**
 * Commands of this program in processes of their own: what they read, need or break is not the
 * server's. Start at {@link io.haori.server.child.ChildCommands}.
 */
@NullMarked
package io.haori.server.child;

import org.jspecify.annotations.NullMarked;
