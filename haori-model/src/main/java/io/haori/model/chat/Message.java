package io.haori.model.chat;

/**
 * What somebody says.
 *
 * @param role who
 * @param content what; not blank
 */
public record Message(Role role, String content) {}
