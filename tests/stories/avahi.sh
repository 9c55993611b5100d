# Avahi, the DNS-SD of most Linux systems, with a /run of its own: announces a tracker, and prints those that it knows
# until it is ended. Run by: unshare --mount --propagation unchanged --pid --fork --kill-child sh avahi.sh
# In a chroot the root directory is no mount point, so this fails; elsewhere nobody may see what is mounted here.
mount --make-rprivate / 2> /dev/null || true
mount -t tmpfs tmpfs /run
mkdir /run/dbus
cat > /run/bus.conf <<'END'
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_type="method_call"/>
    <allow send_type="method_return"/>
    <allow send_type="signal"/>
    <allow send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="signal"/>
    <allow receive_type="error"/>
  </policy>
</busconfig>
END
dbus-daemon --config-file=/run/bus.conf --nopidfile --fork
avahi-daemon --no-drop-root --no-rlimits --no-chroot --file=/dev/null > /dev/null 2>&1 &
until test -S /run/avahi-daemon/socket; do sleep 0.05; done
avahi-publish --service "Sala 3.14" _idp2pi._udp 5000 > /dev/null 2>&1 &
while true; do avahi-browse --resolve --terminate --parsable _idp2pi._udp; done
