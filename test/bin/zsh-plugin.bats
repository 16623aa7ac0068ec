# The plugin: what it adds to a shell, and that it can be taken back.

setup_file() {
  # A dump of what zsh itself brings, so that not every shell scans for it.
  zsh -df -c 'autoload -Uz compinit && compinit -u -d $1' zsh "$BATS_FILE_TMPDIR/zcompdump"
}

setup() {
  load support
  make_root
  PLUGIN="$CHECKOUT/tools/zsh/agent-ledger.plugin.zsh"
  plain_path
  # Prints everything of a shell that a plugin could leave behind.
  cat > "$BASE/look.zsh" << 'EOF'
zmodload zsh/parameter zsh/complete zsh/zutil zsh/zleparameter
look() {
  emulate -L zsh
  local name key
  for name in functions options aliases galiases saliases widgets keymaps modules _comps _services _patcomps; do
    [[ ${(Pt)name} == association* ]] || continue
    for key in ${(Pk)name}; do print -r -- "$name $key ${${(P)name}[$key]}"; done
  done
  print -rl -- $fpath $path "$(trap)" ${(k)parameters}
}
EOF
}

# Runs zsh code with the options given, and $plugin and the functions of look.zsh in it.
in_shell() {
  run zsh -df "${@:2}" -c "emulate zsh -c 'source $BASE/look.zsh'; plugin='$PLUGIN'; $1"
}

@test "the executables are reachable, also from what the shell starts" {
  in_shell 'source $plugin; whence -p ledger-write; sh -c "ledger-write cls info T-1 test words"'
  assert_success
  assert_output "$CHECKOUT/dist/path/ledger-write"
  assert_equal "$(jq -r .summary "$(day_file cls)")" words
}

@test "executables that are on PATH already are the ones that stay" {
  PATH="$BASE/bin:$PATH"
  in_shell 'before=$PATH; source $plugin; [[ $PATH == $before ]]; print $?; agent-ledger_plugin_unload; [[ $PATH == $before ]]; print $?'
  assert_output "0
0"
}

@test "the completions are found by a compinit that comes after it, and given to one that came before" {
  in_shell 'source $plugin; autoload -Uz compinit; compinit -D -u
    print $_comps[ledger-write] $_comps[ledger_write.zsh] $+functions[_agent_ledger_values]'
  assert_output '_ledger-write _ledger-write 1'
  in_shell 'autoload -Uz compinit; compinit -C -d $BATS_FILE_TMPDIR/zcompdump; source $plugin
    print $_comps[ledger-write] $_comps[ledger_write.zsh] $+functions[_agent_ledger_values]; autoload +X _ledger-write'
  assert_output '_ledger-write _ledger-write 1'
}

@test "nothing is printed, no option is changed, and unloading takes everything back" {
  for compinit in ':' "autoload -Uz compinit; compinit -C -d $BATS_FILE_TMPDIR/zcompdump"; do
    for options in '' 'ksh_arrays sh_word_split glob_subst' 'err_exit no_unset pipefail warn_create_global' \
      'no_multibyte posix_identifiers c_precedences no_bare_glob_qual csh_null_glob' 'err_return no_function_argzero posix_argzero'; do
      # shellcheck disable=SC2086
      in_shell "$compinit; ${options:+setopt $options}; look | sort > before
        source \$plugin; source \$plugin; agent-ledger_plugin_unload; look | sort > after; print done"
      assert_output done
      grep -q 'functions look' before
      run diff before after
      assert_output ''
    done
  done
}

@test "loaded again, also from another place, it is there once" {
  mkdir "$BASE/other" && cp -R "$CHECKOUT/dist" "$CHECKOUT/tools" "$BASE/other"
  in_shell "source \$plugin; source \$plugin; print -l \${(M)fpath:#*/(completions|zsh/functions)} \${(M)path:#*/dist/path}
    source $BASE/other/tools/zsh/agent-ledger.plugin.zsh
    print -l \${(M)fpath:#*/(completions|zsh/functions)} \${(M)path:#*/dist/path}"
  assert_output "$CHECKOUT/tools/zsh/functions
$CHECKOUT/dist/completions
$CHECKOUT/dist/path
$BASE/other/tools/zsh/functions
$BASE/other/dist/completions
$BASE/other/dist/path"
}

@test "plugin managers find it as they do: by a link, by ZERO, through eval, compiled" {
  mkdir -p "$BASE/custom/plugins"
  ln -s "$CHECKOUT/tools/zsh" "$BASE/custom/plugins/agent-ledger"
  in_shell "source $BASE/custom/plugins/agent-ledger/agent-ledger.plugin.zsh; whence -p ledger-write"
  assert_output "$CHECKOUT/dist/path/ledger-write"
  in_shell 'ZERO=$plugin; eval "$(<$plugin)"; whence -p ledger-write'
  assert_output "$CHECKOUT/dist/path/ledger-write"
  in_shell 'ZERO=/some/other.plugin.zsh; source $plugin; whence -p ledger-write'
  assert_output "$CHECKOUT/dist/path/ledger-write"
  mkdir "$BASE/compiled" && cp -R "$CHECKOUT/dist" "$CHECKOUT/tools" "$BASE/compiled"
  in_shell "zcompile $BASE/compiled/tools/zsh/agent-ledger.plugin.zsh
    load() { source $BASE/compiled/tools/zsh/agent-ledger.plugin.zsh }; load; whence -p ledger-write"
  assert_output "$BASE/compiled/dist/path/ledger-write"
}

@test "a checkout that is not built loads silently, and offers nothing" {
  mkdir "$BASE/bare" && cp -R "$CHECKOUT/tools" "$BASE/bare"
  in_shell "autoload -Uz compinit; compinit -C -d $BATS_FILE_TMPDIR/zcompdump; source $BASE/bare/tools/zsh/agent-ledger.plugin.zsh; whence -p ledger-write; :
    agent-ledger_plugin_unload"
  assert_success
  assert_output ''
}
