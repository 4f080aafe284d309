package cli

import (
	"fmt"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func TestDockerfileGivesFiles(t *testing.T) {
	context := map[string]string{
		"a.txt": "a", "b.txt": "b", "sub/s": "s", "secret.log": "l", ".dockerignore": "*.log\n",
		"t.tgz": string(pack(t, map[string]string{"in/tar": "packed"})), "../beside": "beside",
	}
	cases := map[string]struct {
		dockerfile string
		want       map[string]string
	}{
		"COPY of a file":                        {"COPY a.txt /x", map[string]string{"/x": "a"}},
		"COPY into a directory":                 {"COPY a.txt b.txt /d/", map[string]string{"/d/a.txt": "a", "/d/b.txt": "b"}},
		"COPY into WORKDIR":                     {"WORKDIR /w\nWORKDIR v\nCOPY a.txt .", map[string]string{"/w/v/a.txt": "a"}},
		"COPY into a directory that is there":   {"WORKDIR /w\nCOPY a.txt /w", map[string]string{"/w/a.txt": "a"}},
		"COPY of a tree without ignored files":  {"COPY . /", map[string]string{"/a.txt": "a", "/b.txt": "b", "/sub/s": "s", "/t.tgz": context["t.tgz"], "/.dockerignore": "*.log\n"}},
		"COPY by wildcard, one without a match": {"COPY a* none* /d/", map[string]string{"/d/a.txt": "a"}},
		"COPY of what lies beside the context":  {"COPY ../beside /x", map[string]string{"/x": "beside"}},
		"COPY of a heredoc":                     {"ARG V=v\nCOPY <<E /x\n$V\nE", map[string]string{"/x": "$V\n"}},
		"ADD of a file":                         {"ADD a.txt /x", map[string]string{"/x": "a"}},
		"ADD of an archive":                     {"ADD t.tgz /d", map[string]string{"/d/in/tar": "packed"}},
		"COPY of an archive":                    {"COPY t.tgz /x", map[string]string{"/x": context["t.tgz"]}},
		"variables":                             {"ARG A=a.txt\nENV D=/d/${A}\nCOPY $A $D", map[string]string{"/d/a.txt": "a"}},
		"RUN":                                   {"WORKDIR /w\nRUN echo x > f", map[string]string{"/w/f": "x\n"}},
		"RUN in exec form":                      {"WORKDIR /w\nRUN [\"touch\", \"a b\"]", map[string]string{"/w/a b": ""}},
		"RUN that deletes":                      {"WORKDIR /w\nCOPY . .\nRUN rm -r sub *.t* .docker*", map[string]string{}},
		"RUN of a heredoc, which the shell expands before sh reads it": {"WORKDIR /w\nARG V=1\nRUN <<E\nV=2\necho $V > f\nE", map[string]string{"/w/f": "1\n"}},
		"RUN with a quoted heredoc":                                    {"WORKDIR /w\nRUN <<-'E'\n\techo $((1+1)) > f\nE", map[string]string{"/w/f": "2\n"}},
		"RUN with a heredoc as input":                                  {"WORKDIR /w\nRUN cat > f <<E\nline\nE", map[string]string{"/w/f": "line\n"}},
		"RUN with SHELL":                                               {"WORKDIR /w\nSHELL [\"/usr/bin/env\", \"A=shell\", \"/bin/sh\", \"-c\"]\nRUN echo $A > f", map[string]string{"/w/f": "shell\n"}},
		"RUN with ARG and ENV":                                         {"WORKDIR /w\nARG A=1 B\nENV A=2\nARG C=3\nRUN echo $A$B$C > f", map[string]string{"/w/f": "23\n"}},
		"VOLUME drops what follows":                                    {"WORKDIR /w/v\nVOLUME /w/v\nRUN echo x > f", map[string]string{}},
		"mount points are no part of it":                               {"WORKDIR /etc\nRUN echo x > f; echo x > hosts", map[string]string{"/etc/f": "x\n"}},
		"COPY --chown and --chmod":                                     {fmt.Sprintf("WORKDIR /w\nCOPY --chown=%d:%d --chmod=0751 a.txt f\nRUN stat -c '%%a %%u' f > g", 0, 0), map[string]string{"/w/f": "a", "/w/g": "751 0\n"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			for file, text := range context {
				l.write("/kaniko/buildcontext/"+file, text)
			}
			want := map[string]string{}
			for file, text := range c.want {
				want[file] = text
			}
			if name == "COPY of a tree without ignored files" {
				want["/Dockerfile"] = "FROM scratch\n" + c.dockerfile + "\n"
			}
			if name == "RUN that deletes" {
				want["/w/Dockerfile"] = "FROM scratch\n" + c.dockerfile + "\n"
			}
			image, _ := l.build("FROM scratch\n" + c.dockerfile + "\n")
			same(t, l.files(image), want)
		})
	}
}

func TestDockerfileGivesConfig(t *testing.T) {
	path := "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	cases := map[string]struct {
		dockerfile string
		got        func(f *v1.ConfigFile) any
		want       string
	}{
		"ENV":                     {"ENV A=0\nENV A=1 B=${A}2\nENV A=3", func(f *v1.ConfigFile) any { return f.Config.Env }, "[" + path + " B=02 A=3]"},
		"ARG is no ENV":           {"ARG A=1", func(f *v1.ConfigFile) any { return f.Config.Env }, "[" + path + "]"},
		"CMD in shell form":       {"CMD echo $A", func(f *v1.ConfigFile) any { return strings.Join(f.Config.Cmd, "|") }, "/bin/sh|-c|echo $A"},
		"CMD in exec form":        {"CMD [\"a b\", \"c\"]", func(f *v1.ConfigFile) any { return strings.Join(f.Config.Cmd, "|") }, "a b|c"},
		"CMD with SHELL":          {"SHELL [\"/bash\"]\nCMD x", func(f *v1.ConfigFile) any { return f.Config.Cmd }, "[/bash x]"},
		"ENTRYPOINT after CMD":    {"CMD [\"c\"]\nENTRYPOINT [\"e\"]", func(f *v1.ConfigFile) any { return append(f.Config.Entrypoint, f.Config.Cmd...) }, "[e c]"},
		"ENTRYPOINT of the base":  {"CMD [\"c\"]\nFROM 0\nENTRYPOINT [\"e\"]", func(f *v1.ConfigFile) any { return append(f.Config.Entrypoint, f.Config.Cmd...) }, "[e]"},
		"USER":                    {"USER 1:2", func(f *v1.ConfigFile) any { return f.Config.User }, "1:2"},
		"WORKDIR":                 {"WORKDIR /a\nWORKDIR b/../c", func(f *v1.ConfigFile) any { return f.Config.WorkingDir }, "/a/c"},
		"LABEL, the flag before":  {"LABEL a=\"b c\" d=e", func(f *v1.ConfigFile) any { return f.Config.Labels }, "map[a:b c d:e run:7]"},
		"EXPOSE":                  {"ARG P=82\nEXPOSE 80 81/udp $P", func(f *v1.ConfigFile) any { return f.Config.ExposedPorts }, "map[80/tcp:{} 81/udp:{} 82/tcp:{}]"},
		"VOLUME":                  {"VOLUME /a /b", func(f *v1.ConfigFile) any { return f.Config.Volumes }, "map[/a:{} /b:{}]"},
		"STOPSIGNAL":              {"STOPSIGNAL SIGINT", func(f *v1.ConfigFile) any { return f.Config.StopSignal }, "SIGINT"},
		"HEALTHCHECK":             {"HEALTHCHECK --interval=5s --retries=2 CMD true", func(f *v1.ConfigFile) any { return *f.Config.Healthcheck }, "{[CMD-SHELL true] 5s 0s 0s 2}"},
		"MAINTAINER":              {"MAINTAINER me", func(f *v1.ConfigFile) any { return f.Author }, "me"},
		"ONBUILD":                 {"ONBUILD RUN x", func(f *v1.ConfigFile) any { return f.Config.OnBuild }, "[RUN x]"},
		"the platform":            {"", func(f *v1.ConfigFile) any { return f.OS }, "linux"},
		"one layer a change":      {"WORKDIR /w\nRUN touch f\nRUN true\nENV A=b\nWORKDIR /w", func(f *v1.ConfigFile) any { return len(f.RootFS.DiffIDs) }, "2"},
		"no layer twice":          {"RUN true\nCOPY Dockerfile /\nRUN true", func(f *v1.ConfigFile) any { return len(f.RootFS.DiffIDs) }, "1"},
		"a history of the layers": {"WORKDIR /w", func(f *v1.ConfigFile) any { return f.History[0].CreatedBy }, "WORKDIR /w"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			dockerfile := strings.ReplaceAll("FROM scratch AS first\n"+c.dockerfile+"\n", "FROM 0", "FROM first")
			image, _ := l.build(dockerfile, "--label=run=7")
			file, err := image.ConfigFile()
			l.check(err)
			if got := fmt.Sprint(c.got(file)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestEscapeDirective(t *testing.T) {
	l := newLab(t)
	image, _ := l.build("# escape=`\nFROM scratch\nWORKDIR /w\nRUN echo `\n x > f\n")
	same(t, l.files(image), map[string]string{"/w/f": "x\n"})
}

func TestStages(t *testing.T) {
	dockerfile := `ARG V=meta
ARG TAG=scratch
FROM $TAG AS one
ARG V
WORKDIR /w
RUN echo $V > one && mkdir real && echo x > real/f && ln -s /w/real link
FROM scratch AS unused
RUN exit 9
FROM one AS two
RUN echo $V > two
FROM scratch
COPY --from=0 /w/one /0
COPY --from=One /w/link/f /f
COPY --from=two /w/t* /d/
COPY --from=two .. /all/
ARG V=default
COPY --from=0 /w/one /$V
`
	l := newLab(t)
	image, _ := l.build(dockerfile, "--build-arg=V=given")
	same(t, l.files(image), map[string]string{
		"/0": "given\n", "/f": "x\n", "/d/two": "given\n", "/given": "given\n",
		"/all/w/one": "given\n", "/all/w/two": "given\n", "/all/w/real/f": "x\n",
	})

	l = newLab(t)
	image, _ = l.build(dockerfile, "--target=two")
	same(t, l.files(image), map[string]string{"/w/one": "meta\n", "/w/two": "meta\n", "/w/real/f": "x\n"})
}

func TestTriggersOfTheBase(t *testing.T) {
	l := newLab(t)
	l.write("/kaniko/buildcontext/f", "f")
	image, _ := l.build("FROM scratch AS base\nONBUILD COPY f /triggered\nFROM base\nENV A=b\n")
	same(t, l.files(image), map[string]string{"/triggered": "f"})
	file, err := image.ConfigFile()
	l.check(err)
	if len(file.Config.OnBuild) > 0 {
		t.Errorf("triggers are passed on: %v", file.Config.OnBuild)
	}
}

func TestCopyFromAnImage(t *testing.T) {
	l := newLab(t)
	l.write("/kaniko/buildcontext/f", "f")
	l.build("FROM scratch\nCOPY f /d/f\n")
	image, _ := l.build("FROM scratch\nCOPY --from=" + l.host + "/t/image:1 /d /e\n")
	same(t, l.files(image), map[string]string{"/e/f": "f"})
}

func TestFeatureFlags(t *testing.T) {
	l := newLab(t)
	l.env["FF_KANIKO_EXPAND_HEREDOC"] = "true"
	image, _ := l.build("FROM scratch\nARG V=v\nCOPY <<E /x\n\"$V\" \\$V\nE\nCOPY <<'E' /y\n$V\nE\n")
	same(t, l.files(image), map[string]string{"/x": "\"v\" $V\n", "/y": "$V\n"})
}

func TestRunOutputIsRawAndApart(t *testing.T) {
	l := newLab(t)
	_, stdout := l.build("FROM scratch\nRUN echo '{\"level\":\"info\"}'; echo $HOME\n")
	if stdout != "{\"level\":\"info\"}\n/root\n" {
		t.Errorf("got %q", stdout)
	}
}

func TestReproducible(t *testing.T) {
	digest := func(args ...string) string {
		l := newLab(t)
		l.write("/kaniko/buildcontext/f", "f")
		image, _ := l.build("FROM scratch\nCOPY f /d/f\n", args...)
		digest, err := image.Digest()
		l.check(err)
		return digest.String()
	}
	once := digest("--reproducible")
	if twice := digest("--reproducible"); twice != once {
		t.Errorf("got %s and %s", once, twice)
	}
	if labelled := digest("--reproducible", "--label=a=b"); labelled == once {
		t.Error("a label makes no difference")
	}
	if plain := digest(); plain == once {
		t.Error("the flag makes no difference")
	}
}
