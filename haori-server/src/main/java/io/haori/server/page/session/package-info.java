/**
 * Who is signed in at the web page: {@link io.haori.server.page.session.Sessions} knows them by
 * their cookies, {@link io.haori.server.page.session.SignInLink} lets the operator in.
 */
@NullMarked
package io.haori.server.page.session;

import org.jspecify.annotations.NullMarked;
