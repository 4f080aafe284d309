package rootfs

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Account is a user of the image.
type Account struct {
	UID, GID int
	Known    bool // has an entry in the image's /etc/passwd
	Groups   []int
	Home     string
}

// Account looks up a user by name or number in the image's /etc/passwd; a number needs no entry there.
func (r *Root) Account(user string) (Account, error) {
	for _, e := range r.table("/etc/passwd", 6) {
		if e[0] != user && e[2] != user {
			continue
		}
		uid, err := strconv.Atoi(e[2])
		if err != nil {
			return Account{}, err
		}
		gid, err := strconv.Atoi(e[3])
		return Account{UID: uid, GID: gid, Known: true, Groups: r.groupsOf(e[0]), Home: e[5]}, err
	}
	uid, err := strconv.Atoi(user)
	if err != nil {
		return Account{}, fmt.Errorf("unknown user error looking up user %s: not in /etc/passwd of the image", user)
	}
	return Account{UID: uid, Home: "/"}, nil
}

// Group looks up a group by name or number in the image's /etc/group; a number needs no entry there.
func (r *Root) Group(group string) (int, error) {
	for _, e := range r.table("/etc/group", 3) {
		if e[0] == group {
			return strconv.Atoi(e[2])
		}
	}
	gid, err := strconv.Atoi(group)
	if err != nil {
		return 0, fmt.Errorf("unknown group %s: not in /etc/group of the image", group)
	}
	return gid, nil
}

// Owner resolves the value of --chown: user, user:group, by name or number. A number alone is the group too.
func (r *Root) Owner(spec string) (Owner, error) {
	user, group, grouped := strings.Cut(spec, ":")
	account, err := r.Account(user)
	if err != nil {
		return Owner{}, err
	}
	if !grouped {
		if !account.Known {
			account.GID = account.UID
		}
		return Owner{account.UID, account.GID}, nil
	}
	gid, err := r.Group(group)
	return Owner{account.UID, gid}, err
}

func (r *Root) groupsOf(user string) []int {
	var groups []int
	for _, e := range r.table("/etc/group", 4) {
		if gid, err := strconv.Atoi(e[2]); err == nil && slices.Contains(strings.Split(e[3], ","), user) {
			groups = append(groups, gid)
		}
	}
	return groups
}

// table reads the entries of passwd(5) or group(5) that have at least the given number of fields; no file is an empty table.
func (r *Root) table(name string, fields int) [][]string {
	f, err := os.Open(r.Path(name))
	if err != nil {
		return nil
	}
	defer f.Close()
	var entries [][]string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if e := strings.Split(lines.Text(), ":"); len(e) >= fields {
			entries = append(entries, e)
		}
	}
	return entries
}
